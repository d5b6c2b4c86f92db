/** The page of an editor in a frame. */

import { place } from '../editor';
import { frameOf } from '../frame';

place().append(frameOf('lexical.html'));
