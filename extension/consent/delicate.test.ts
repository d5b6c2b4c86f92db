import { describe, expect, test } from 'vitest';
import { isDelicate } from './delicate';

describe('a site of a bank, an insurance or a doctor', () => {
  test.each([
    'www.deutsche-bank.de',
    'netbanking.example',
    'my.health.example',
    'chase.com',
    'secure.chase.com',
    'mychart.hospital.example',
    'paypal.com:8443',
    'first.bank',
  ])('%s is delicate', (site) => expect(isDelicate(site)).toBe(true));

  test.each([
    'example.org',
    'purchase.com',
    'notchase.com',
    'chase.com.example',
    'mail.example',
    'localhost:8080',
    'healthy-recipes.example',
  ])('%s is not', (site) => expect(isDelicate(site)).toBe(false));
});
