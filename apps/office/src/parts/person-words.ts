// Roles as people say them.
import type { Role } from '@vitalseal/protocol';

export const roleWords: Readonly<Partial<Record<Role, string>>> = {
  doctor: 'Doctor',
  ambulance: 'Ambulance crew',
  administrator: 'Administrator',
  auditor: 'Auditor',
};

export const roleInWords = (role: Role): string => roleWords[role] ?? role;

/** Only doctors and crews are called. */
export const hasRota = (role: Role): boolean => role === 'doctor' || role === 'ambulance';
