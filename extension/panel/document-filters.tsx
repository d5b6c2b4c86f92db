import type { Daemon } from '../look/daemon-state';
import { siteLabel } from '../look/site-names';
import type { Filter } from './filter';
import { PeriodFilter } from './period-filter';
import { PersonaSelect } from './persona-select';

/** As the daemon takes it. */
const LONGEST_QUERY = 200;

interface Props {
  daemon: Daemon;
  filter: Filter;
  onChange: (part: Partial<Filter>) => void;
}

/** Which of the kept texts are shown. */
export function DocumentFilters({ daemon, filter, onChange }: Props) {
  const sites = daemon.sites.filter(({ site, documents }) => documents > 0 || site === filter.site);
  return (
    <search class="filters">
      <input
        class="text-field"
        type="search"
        aria-label="Search what is kept"
        placeholder="Search what is kept"
        maxLength={LONGEST_QUERY}
        value={filter.query}
        onInput={(event) => onChange({ query: event.currentTarget.value })}
      />
      <div class="filter-row">
        <select
          class="text-field"
          aria-label="Site"
          value={filter.site ?? ''}
          onChange={(event) => onChange({ site: event.currentTarget.value || null })}
        >
          <option value="">All sites</option>
          {sites.map(({ site }) => (
            <option key={site} value={site}>
              {siteLabel(site)}
            </option>
          ))}
        </select>
        <PeriodFilter period={filter} onChange={onChange} />
        {daemon.personas.length > 1 && (
          <PersonaSelect
            label="Persona"
            personas={daemon.personas}
            chosen={filter.persona}
            none="All personas"
            onChoose={(persona) => onChange({ persona })}
          />
        )}
      </div>
    </search>
  );
}
