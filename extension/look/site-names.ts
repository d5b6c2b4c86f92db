/** Where texts come from, as it is shown. */

/** What the daemon writes in place of a site when a text comes from none. */
const NO_SITES = new Map([
  ['taught', 'Taught by you'],
  ['import', 'Imported'],
]);

/** Whether somebody can write there. */
export function isSite(site: string): boolean {
  return !NO_SITES.has(site);
}

export function siteLabel(site: string): string {
  return NO_SITES.get(site) ?? site;
}
