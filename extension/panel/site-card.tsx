import { allowsCompletions } from '../consent/allowed';
import type { SiteRule } from '../link/protocol';
import { CarefulSwitch } from '../look/careful-switch';
import type { Daemon } from '../look/daemon-state';
import { personaLabel } from '../look/persona-names';
import { isSite, siteLabel } from '../look/site-names';
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
    <section class="card site-card" aria-label={label}>
      <div class="switch-text">
        <span class="switch-label">{label}</span>
        <span class="switch-hint">{texts}</span>
      </div>
      {isSite(rule.site) && (
        <>
          <CarefulSwitch
            site={rule.site}
            label={<What name="Keep what I write" where={label} />}
            checked={rule.capture}
            onChange={(capture) => daemon.setCapture(rule.site, capture)}
          />
          <CarefulSwitch
            site={rule.site}
            label={<What name="Suggest while I write" where={label} />}
            checked={allowsCompletions(rule.site, daemon.sites)}
            onChange={(completions) => daemon.setSuggestions(rule.site, completions)}
          />
          <CarefulSwitch
            site={rule.site}
            label={<What name="May federate" where={label} />}
            checked={rule.may_federate}
            onChange={(mayFederate) => daemon.setMayFederate(rule.site, mayFederate)}
          />
        </>
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

/** Who cannot see the card's title hears it with each switch. */
function What({ name, where }: { name: string; where: string }) {
  return (
    <span class="plain-label">
      {name}
      <span class="visually-hidden"> on {where}</span>
    </span>
  );
}
