/**
 * Sites of banks, insurances and doctors: off until they were switched on twice.
 *
 * By the host's own words and a few names that say nothing by themselves. It knows many and not all:
 * a courtesy, and no wall. What keeps text where it is, is that every site is off at first.
 */

/** Anywhere in a label of the host. */
const PARTS = ['bank', 'banque', 'banca', 'sparkasse', 'insurance', 'versicherung', 'krankenkasse'];
/** A label of the host, or a part of one between hyphens. */
const WORDS = new Set([
  'banco',
  'banking',
  'bkk',
  'brokerage',
  'clinic',
  'creditunion',
  'health',
  'healthcare',
  'hospital',
  'klinik',
  'medicare',
  'mychart',
  'nhs',
  'patient',
  'patients',
  'patientportal',
  'pharmacy',
  'praxis',
  'therapist',
  'wealth',
]);
const HOSTS = [
  'americanexpress.com',
  'barclays.co.uk',
  'binance.com',
  'bnpparibas.com',
  'bunq.com',
  'capitalone.com',
  'chase.com',
  'citi.com',
  'coinbase.com',
  'comdirect.de',
  'cvs.com',
  'discover.com',
  'dkb.de',
  'doctolib.de',
  'doctolib.fr',
  'etrade.com',
  'fidelity.com',
  'hsbc.com',
  'hsbc.co.uk',
  'ing.com',
  'ing.de',
  'interactivebrokers.com',
  'intesasanpaolo.com',
  'kaiserpermanente.org',
  'klarna.com',
  'kraken.com',
  'monzo.com',
  'n26.com',
  'natwest.com',
  'paypal.com',
  'revolut.com',
  'santander.com',
  'schwab.com',
  'societegenerale.com',
  'teladoc.com',
  'unicredit.it',
  'usaa.com',
  'vanguard.com',
  'walgreens.com',
  'wellsfargo.com',
  'wise.com',
];

/** `site` as rules name it: the host, with a port where that is not the usual one. */
export function isDelicate(site: string): boolean {
  const host = site.replace(/:\d+$/, '').toLowerCase();
  const labels = host.split('.');
  return (
    HOSTS.some((known) => host === known || host.endsWith(`.${known}`)) ||
    labels.some((label) => PARTS.some((part) => label.includes(part))) ||
    labels.some((label) => label.split('-').some((word) => WORDS.has(word)))
  );
}
