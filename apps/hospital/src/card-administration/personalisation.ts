/**
 * How a fresh card comes into service, as a pure state machine. Each stage names the one thing that is to be done next;
 * doing it leads to the next stage, and nothing else does.
 *
 *     invited          PUT KEY: the key of the activation code is replaced
 *     contacted        GET DATA: what the card is, and the key of its receipts
 *     identified       STORE DATA: sensors, hospital, where it delivers, unblocking code, policy
 *     bonded           GENERATE ASYMMETRIC KEY PAIR: the certification request
 *     key-generated    the hospital has it certified (RFC 7030 section 3.7)
 *     certified        STORE DATA: certificates and anchors
 *     in-service       nothing
 *
 * A card may be terminated at any stage, and nothing comes after that.
 */
export const stages = [
  'invited',
  'contacted',
  'identified',
  'bonded',
  'key-generated',
  'certified',
  'in-service',
  'terminated',
] as const;
export type Stage = (typeof stages)[number];

export const personalisationPurposes = ['replace-key', 'identify', 'bond', 'generate-key', 'certificates'] as const;
export type PersonalisationPurpose = (typeof personalisationPurposes)[number];

export type Step =
  | { readonly do: 'send'; readonly purpose: PersonalisationPurpose }
  | { readonly do: 'certify' }
  | { readonly do: 'nothing' };

export type Done = PersonalisationPurpose | 'certify' | 'terminate';

const way: Readonly<Record<Stage, { readonly step: Step; readonly leadsTo: Stage }>> = {
  invited: { step: { do: 'send', purpose: 'replace-key' }, leadsTo: 'contacted' },
  contacted: { step: { do: 'send', purpose: 'identify' }, leadsTo: 'identified' },
  identified: { step: { do: 'send', purpose: 'bond' }, leadsTo: 'bonded' },
  bonded: { step: { do: 'send', purpose: 'generate-key' }, leadsTo: 'key-generated' },
  'key-generated': { step: { do: 'certify' }, leadsTo: 'certified' },
  certified: { step: { do: 'send', purpose: 'certificates' }, leadsTo: 'in-service' },
  'in-service': { step: { do: 'nothing' }, leadsTo: 'in-service' },
  terminated: { step: { do: 'nothing' }, leadsTo: 'terminated' },
};

export function nextStep(stage: Stage): Step {
  return way[stage].step;
}

/** Where this leads. What is not the step of its stage leads nowhere: a card says nothing twice, and nothing early. */
export function stageAfter(stage: Stage, done: Done): Stage {
  if (done === 'terminate') return 'terminated';
  const { step, leadsTo } = way[stage];
  const expected = step.do === 'send' ? step.purpose : step.do;
  return done === expected ? leadsTo : stage;
}

export function isPersonalisation(purpose: string): purpose is PersonalisationPurpose {
  return personalisationPurposes.some((known) => known === purpose);
}
