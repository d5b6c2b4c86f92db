import '../../look/look.css';
import '../../tour/tour.css';
import { render } from 'preact';
import { PanelLink } from '../../link/panel-link';
import { Tour } from '../../tour/tour';

const root = document.querySelector('#root');
if (root) render(<Tour link={new PanelLink()} />, root);
