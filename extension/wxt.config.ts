import { defineConfig } from 'wxt';

/** Fixes the extension's id in Chromium, so that a pairing survives moving the unpacked folder. */
const CHROMIUM_KEY =
  'MIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8AMIIBCgKCAQEAtS0h1Wh61C2T3uMqP+sluW21UyefvmmrZ6Xsr2nKVbVfi5VC1jfmp/B7O4VANJxOFS8DuJWBSp9Rd/4yjJNN6SzXZO63RBYLS18rUE3WXfMfiI8O7WoW6xHogTOoiJ3CK72HizVYiNK/9egD8V/Nb7+ZcvZR+iQP648F+P1hy7v3oKk4HD+1NUCe1FreqNt3seiC9lclymB5GNhoZJoNHoTR+DRtsfWDzrSiYIm0VjyfqcpU1Yr835b6k9wnLN0g/huwHGfKSqQMs6UjB1R7rwRRhQ9/pMRbroIOPKgTBJhpXh25nuB1OwlP2+dZBIOQghyYOEn3JzlHI8G0qsg8ywIDAQAB';

/**
 * The extension may talk to this machine and to nothing else; this also replaces Firefox's default
 * policy, which would upgrade the daemon's `ws:` to `wss:` and fail.
 */
const CONTENT_SECURITY_POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self' data:",
  'connect-src ws://127.0.0.1:*',
].join('; ');

const ICONS = {
  16: 'icons/ready-16.png',
  32: 'icons/ready-32.png',
  48: 'icons/ready-48.png',
  128: 'icons/ready-128.png',
};

/**
 * What is handed to the daemon. It stays on the machine, and leaves the browser, which is what Firefox
 * asks about and tells at installation.
 */
const HANDED_TO_THE_DAEMON = {
  required: [
    // The text around the caret, whatever it is: a letter, a search, a name and an address.
    'websiteContent',
    'personalCommunications',
    'searchTerms',
    'personallyIdentifyingInfo',
    // The host on which it is written.
    'browsingActivity',
    // That something was typed, and what became of suggestions.
    'websiteActivity',
  ],
};

export default defineConfig({
  imports: false,
  zip: { name: 'plm' },
  manifest: ({ browser, mode }) => ({
    name: 'PLM · Personal Language Model',
    short_name: 'PLM',
    description: 'The next few words, in your own voice, from a model on your own machine.',
    icons: ICONS,
    action: { default_title: 'PLM', default_icon: { 16: ICONS[16], 32: ICONS[32] } },
    permissions: browser === 'firefox' ? ['storage', 'idle'] : ['storage', 'idle', 'sidePanel'],
    incognito: 'not_allowed',
    content_security_policy: { extension_pages: CONTENT_SECURITY_POLICY },
    ...(browser === 'firefox'
      ? {
          browser_specific_settings: {
            gecko: {
              id: '{d8332d10-853c-49e6-9072-23bfe340a0c5}',
              strict_min_version: '140.0',
              data_collection_permissions: HANDED_TO_THE_DAEMON,
            },
          },
        }
      : {
          minimum_chrome_version: '125',
          // The store gives an id of its own, and takes no package that has one already.
          ...(mode === 'store' ? {} : { key: CHROMIUM_KEY }),
        }),
  }),
});
