import type { PanelLink } from '../link/panel-link';
import type { Daemon } from '../look/daemon-state';

export interface StepProps {
  link: PanelLink;
  daemon: Daemon;
}
