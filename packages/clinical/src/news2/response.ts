// What NEWS2 asks of the people around the patient: RCP 2017, chart 4 (thresholds and clinical response).

import type { News2 } from './score.ts';

export interface News2Response {
  readonly monitoring: string;
  readonly response: string;
}

const routine: News2Response = {
  monitoring: 'at least every 12 hours',
  response: 'continue routine monitoring',
};
const low: News2Response = {
  monitoring: 'at least every 4 to 6 hours',
  response: 'a registered nurse assesses and decides on more frequent monitoring or escalation',
};
const single: News2Response = {
  monitoring: 'at least every hour',
  response: 'urgent ward-based review: a clinician decides whether escalation is needed',
};
const urgent: News2Response = {
  monitoring: 'at least every hour',
  response: 'urgent review within the hour by a clinician or team competent in acute illness',
};
const emergency: News2Response = {
  monitoring: 'continuous',
  response: 'emergency assessment by a team with critical-care competencies',
};
const nothingKnown: News2Response = {
  monitoring: 'take a full set of observations',
  response: 'nothing is known: this is not a normal score',
};

/** RCP's response to a score; of a partial score, the least that is called for. */
export function responseTo(news2: News2): News2Response {
  switch (news2.risk) {
    case 'unknown':
      return nothingKnown;
    case 'high':
      return emergency;
    case 'medium':
      return urgent;
    case 'low-medium':
      return single;
    case 'low':
      return news2.total === 0 ? routine : low;
  }
}
