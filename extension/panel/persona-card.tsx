import type { Persona, SiteRule } from '../link/protocol';
import { DEFAULT_PERSONA, personaLabel } from '../look/persona-names';
import { counted } from './counted';

interface Props {
  persona: Persona;
  isInUse: boolean;
  sites: SiteRule[];
  onUse: () => void;
  onRemove: () => void;
}

/** One side of a person: how much there is of it, and where it writes. */
export function PersonaCard({ persona, isInUse, sites, onUse, onRemove }: Props) {
  const label = personaLabel(persona.name);
  return (
    <section class="card" aria-label={label}>
      <div class="row">
        <div class="switch-text">
          <span class="switch-label">{label}</span>
          <span class="switch-hint">{personaHint(persona, sites)}</span>
        </div>
        {isInUse ? (
          <span class="mark in_use">Writes now</span>
        ) : (
          <button class="button small" type="button" aria-label={`Use ${label}`} onClick={onUse}>
            Use
          </button>
        )}
      </div>
      {persona.name !== DEFAULT_PERSONA && (
        <button
          class="button small plain"
          type="button"
          aria-label={`Remove ${label}`}
          onClick={onRemove}
        >
          Remove
        </button>
      )}
    </section>
  );
}

export function personaHint({ name, documents, version }: Persona, sites: SiteRule[]): string {
  const own = sites.filter((rule) => rule.persona === name).map((rule) => rule.site);
  const parts = [
    counted(documents, 'text'),
    version === null ? 'nothing learned yet' : `version ${version} learned`,
  ];
  if (own.length > 0) parts.push(`always on ${own.join(', ')}`);
  return parts.join(' · ');
}
