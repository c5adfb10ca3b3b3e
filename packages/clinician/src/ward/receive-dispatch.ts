// A call to the ambulance: the paper's location to the crew, with the last readings.
import type { Vital } from '@vitalseal/clinical';
import type { Dispatch as DispatchMessage } from '@vitalseal/protocol';
import { addMeasured, measuredOf } from './measured-vitals.ts';
import type { Series } from './series.ts';
import type { Dispatch, Ward } from './ward.ts';

export function receiveDispatch(ward: Ward, message: DispatchMessage): Ward {
  const known = ward.dispatches.get(message.dispatch);
  const takenByOthers = message.name === '';
  // A call that was never ours to see.
  if (takenByOthers && known === undefined) return ward;
  const before = takenByOthers ? undefined : known;
  const series = new Map<Vital, Series>(before?.series);
  for (const reading of message.readings) addMeasured(series, measuredOf(reading));
  const location = message.location ?? before?.location;
  const news2 = message.news2 ?? before?.news2;
  const dispatch: Dispatch = {
    id: message.dispatch,
    ...(message.alarm !== undefined && { alarm: message.alarm }),
    patient: message.patient.id,
    name: message.name,
    priority: message.priority,
    reasons: message.reasons,
    ...(news2 && { news2 }),
    series,
    ...(location && { location }),
    state: message.state,
    at: known?.state === message.state ? known.at : message.at,
  };
  return { ...ward, dispatches: new Map(ward.dispatches).set(dispatch.id, dispatch) };
}
