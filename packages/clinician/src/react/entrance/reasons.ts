// What a person is told where something did not work: what it means for them and what to do. By our own codes and by the
// hospital's.
const reasons: Readonly<Record<string, string>> = {
  'link-malformed': 'This is not a whole link. Copy it again, from the first character to the last.',
  'link-for-another-role':
    'This link is for somebody of another role. Doctors, crews and the office have pages of their own.',
  'root-not-pinned':
    'The authority that answered is not the one that this device was told of. Do not go on: tell the hospital’s IT.',
  'enrolment-refused': 'The link was used already, or its time has passed. Ask the hospital for a new one.',
  'hospital-unreachable': 'The hospital does not answer. Check the network and try again.',
  'hospital-busy': 'The hospital has no time at the moment. Try again in a minute.',
  'handshake-failed': 'The hospital could not prove who it is. Do not go on: tell the hospital’s IT.',
  'key-store-unavailable': 'This browser keeps no keys here, as in some private windows. Use an ordinary window.',
  'certificate-expired': 'The session of this device has ended. Sign in again.',
  'passkey-unavailable':
    'This browser offers no passkeys to this page. Use a current browser, and open the page by the hospital’s own name over HTTPS.',
  'passkey-declined': 'No passkey answered: it was declined, took too long, or there is none of this hospital here.',
  'passkey-known': 'This device holds a passkey of yours already. Sign in with it.',
  'passkey-refused':
    'The hospital does not know this passkey, or could not verify it. Ask the office for an invitation.',
  'passkey-cloned':
    'This passkey seems to have been copied, so the hospital has put it out of use. Tell the hospital’s IT at once.',
  'role-not-served': 'This passkey belongs to somebody whom this page does not serve. Open the page of your own role.',
  'not-admitted': 'The hospital has no place for you on its books any more. Ask its office.',
  'invitation-refused': 'The hospital does not know this invitation. Ask its office for a new one.',
  'invitation-expired': 'The time of this invitation has passed. Ask the office for a new one.',
  'invitation-used':
    'This invitation was used already. If it was not you who used it, tell the office at once; otherwise sign in with your passkey.',
  'ceremony-unknown': 'That took too long. Try again.',
  'sign-in-malformed': 'The hospital could not use what this browser sent. Load the page again.',
  'malformed-request': 'The hospital could not use what this page sent. Load the page again.',
  'authority-unknown': 'The hospital has no certifying authority that it could ask. Tell its IT.',
  'authority-unreachable': 'The certifying authority does not answer the hospital. Try again in a minute.',
  'rate-limited': 'Too many tries from this network. Wait a minute.',
  'passkeys-off': 'This hospital signs people in by one-time links. Open the link that it gave you.',
  'session-locked': 'The session is locked. Unlock it first.',
  'step-up-required': 'This needs your passkey once more.',
  'not-permitted': 'This is not yours to do.',
  'unknown-patient': 'The hospital has no patient of this name, bed or number.',
  'patient-ambiguous': 'More than one patient matches. Give the number or the bed.',
  'reason-missing': 'The reason is missing, or too short to be understood by others.',
};

export function reasonInWords(code: string): string {
  return reasons[code] ?? 'Something went wrong that should not have.';
}
