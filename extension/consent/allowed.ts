/** What a site's rule allows, with what holds where nobody has said. */

import type { SiteRule } from '../link/protocol';
import { isDelicate } from './delicate';

/** Exact hosts: a rule says nothing about hosts above or below it. */
export function ruleOf(site: string | null, rules: readonly SiteRule[]): SiteRule | undefined {
  return rules.find((rule) => rule.site === site);
}

export function allowsCapture(site: string | null, rules: readonly SiteRule[]): boolean {
  return ruleOf(site, rules)?.capture ?? false;
}

export function allowsCompletions(site: string | null, rules: readonly SiteRule[]): boolean {
  return ruleOf(site, rules)?.completions ?? !(site && isDelicate(site));
}
