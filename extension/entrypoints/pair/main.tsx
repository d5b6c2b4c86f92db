import '../../look/look.css';
import '../../pairing/pairing.css';
import { render } from 'preact';
import { PanelLink } from '../../link/panel-link';
import { PairingPage } from '../../pairing/pairing-page';

const root = document.querySelector('#root');
if (root) render(<PairingPage link={new PanelLink()} />, root);
