// What goes with every file of a page, whoever answers.
import { headerPolicy } from './content-security-policy.ts';

const nothing = 'camera=(), microphone=(), geolocation=(), bluetooth=(), payment=(), usb=()';
/**
 * The patient's app reads the activation code's picture, says where the patient is when asked to, and hears sensors. Bluetooth is
 * left unnamed: its own page may use it by default, no frame may be around or in this one, and a browser that has none complains.
 */
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
