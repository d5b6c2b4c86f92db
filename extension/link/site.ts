/** The exact host that a rule is about, as the daemon spells it. */

/** Host with port when it is not the scheme's own; null where no rule can apply. */
export function siteOf(address: string | undefined): string | null {
  if (!address || !URL.canParse(address)) return null;
  const url = new URL(address);
  const isWeb = url.protocol === 'https:' || url.protocol === 'http:';
  return isWeb && url.host ? url.host : null;
}
