import type { SiteRule } from '../link/protocol';
import type { Daemon } from '../look/daemon-state';
import { personaLabel } from '../look/persona-names';
import { isSite, siteLabel } from '../look/site-names';
import { SwitchRow } from '../look/switch-row';
import { counted } from './counted';
import { PersonaSelect } from './persona-select';

interface Props {
  rule: SiteRule;
  daemon: Daemon;
  onDelete: () => void;
}

/** One place that texts come from: whether they may be kept, who writes there, away with them. */
export function SiteCard({ rule, daemon, onDelete }: Props) {
  const label = siteLabel(rule.site);
  const texts = counted(rule.documents, 'text');
  const canChoose = isSite(rule.site) && daemon.personas.length > 1;
  return (
    <section class="card" aria-label={label}>
      {isSite(rule.site) ? (
        <SwitchRow
          label={label}
          hint={texts}
          checked={rule.capture}
          onChange={(capture) => daemon.setCapture(rule.site, capture)}
        />
      ) : (
        <div class="switch-text">
          <span class="switch-label">{label}</span>
          <span class="switch-hint">{texts}</span>
        </div>
      )}
      {canChoose && (
        <div class="writer">
          <span class="quiet">Who writes here</span>
          <PersonaSelect
            label={`Who writes on ${label}`}
            personas={daemon.personas}
            chosen={rule.persona}
            none={`As elsewhere (${personaLabel(daemon.inUse)})`}
            onChoose={(persona) => daemon.assign(rule.site, persona)}
          />
        </div>
      )}
      {rule.documents > 0 && (
        <button
          class="button small plain"
          type="button"
          aria-label={`Delete all texts from ${label}`}
          onClick={onDelete}
        >
          Delete all
        </button>
      )}
    </section>
  );
}
