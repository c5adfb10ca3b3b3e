// What goes with every file of a page, whoever answers.
import { headerPolicy } from './content-security-policy.ts';

/** Bluetooth is left unnamed: no browser knows it as a feature of this header, and each complains of the word in its console. */
const nothing = 'camera=(), microphone=(), geolocation=(), payment=(), usb=()';
/** The patient's app reads the activation code's picture, says where the patient is when asked to, and hears sensors. */
const phones = 'camera=(self), geolocation=(self), microphone=(), payment=(), usb=()';

/** @param page first part of its path, whatever that is */
export function pageHeaders(page: string): Readonly<Record<string, string>> {
  return {
    'content-security-policy': headerPolicy(page),
    'permissions-policy': page === 'patient' ? phones : nothing,
    'x-content-type-options': 'nosniff',
    'x-frame-options': 'DENY',
    'referrer-policy': 'no-referrer',
    'cross-origin-opener-policy': 'same-origin',
    'cross-origin-resource-policy': 'same-origin',
  };
}
