import '../../look/look.css';
import '../../popup/popup.css';
import { render } from 'preact';
import { PanelLink } from '../../link/panel-link';
import { Popup } from '../../popup/popup';

const root = document.querySelector('#root');
if (root) render(<Popup link={new PanelLink()} />, root);
