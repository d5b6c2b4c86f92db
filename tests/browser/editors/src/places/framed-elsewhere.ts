/** The page of an editor in a frame of another site, as comments are often written. */

import { place } from '../editor';
import { frameOf } from '../frame';

place().append(frameOf(`//comments.example:${location.port}/lexical.html`));
