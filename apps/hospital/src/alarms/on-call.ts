/** Who is called, and who next: tier 1 first, one tier more with each escalation. */
import type { PersonRow } from '../store/people.ts';

/** Identities of the doctors to call at an escalation level (0 when the alarm is raised). */
export function doctorsToCall(people: readonly PersonRow[], level: number): string[] {
  const doctors = people.filter(({ role, on_call }) => role === 'doctor' && on_call === 1);
  const called = doctors.filter(({ tier }) => tier <= level + 1);
  // An alarm with nobody in its tier goes to those who are there: an empty rota must not keep it silent.
  return (called.length > 0 ? called : doctors).map(({ identity }) => identity);
}

export function crewsOnCall(people: readonly PersonRow[]): string[] {
  return people.filter(({ role, on_call }) => role === 'ambulance' && on_call === 1).map(({ identity }) => identity);
}
