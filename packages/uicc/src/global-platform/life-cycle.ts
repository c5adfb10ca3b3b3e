// Life cycle states as GlobalPlatform codes them (Card Specification section 11.1.1): of the card, which is that of its
// issuer security domain, and of an application on it.

export const cardLifeCycle = {
  opReady: 0x01,
  secured: 0x0f,
  locked: 0x7f,
  terminated: 0xff,
} as const;

export const applicationLifeCycle = {
  selectable: 0x07,
  personalized: 0x0f,
  locked: 0x83,
  terminated: 0xff,
} as const;

export type CardLifeCycle = keyof typeof cardLifeCycle;
export type ApplicationLifeCycle = keyof typeof applicationLifeCycle;

export function cardLifeCycleOf(state: number): CardLifeCycle | undefined {
  return nameIn(cardLifeCycle, state);
}

export function applicationLifeCycleOf(state: number): ApplicationLifeCycle | undefined {
  return nameIn(applicationLifeCycle, state);
}

function nameIn<Name extends string>(states: Readonly<Record<Name, number>>, state: number): Name | undefined {
  return (Object.keys(states) as Name[]).find((name) => states[name] === state);
}
