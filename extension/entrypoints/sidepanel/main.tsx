import '../../look/look.css';
import '../../panel/panel.css';
import '../../panel/review.css';
import '../../panel/settings.css';
import '../../panel/learning.css';
import '../../panel/federation.css';
import { render } from 'preact';
import { PanelLink } from '../../link/panel-link';
import { Panel } from '../../panel/panel';

const root = document.querySelector('#root');
if (root) render(<Panel link={new PanelLink()} />, root);
