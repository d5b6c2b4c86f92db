import type { PanelLink } from '../link/panel-link';
import type { SiteRule } from '../link/protocol';
import { isSite } from '../look/site-names';
import { NeverHere } from './never-here';

interface Props {
  link: PanelLink;
  /** Undefined: no site was chosen. */
  rule: SiteRule | undefined;
}

/** What holds for the site whose texts are shown. */
export function SiteLine({ link, rule }: Props) {
  if (!rule || !isSite(rule.site)) return null;
  const isInUse = rule.capture || rule.completions !== false;
  return (
    <div class="summary">
      <span>{rule.capture ? 'Kept from there' : 'Nothing more is kept from there'}</span>
      {isInUse && <NeverHere link={link} rule={rule} />}
    </div>
  );
}
