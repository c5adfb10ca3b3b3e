// The screens of an app that the PIN has opened.
import { isKind } from '../readings/kinds.ts';
import { useRoute } from '../shell/route.ts';
import { Enter } from './enter/enter.tsx';
import { LastHour } from './hour/last-hour.tsx';
import { KindScreen } from './kind/kind-screen.tsx';
import { AddSensor } from './sensors/add-sensor.tsx';
import { BackgroundTruth } from './sensors/background-truth.tsx';
import { Sensors } from './sensors/sensors.tsx';
import { ChangePin } from './settings/change-pin.tsx';
import { Settings } from './settings/settings.tsx';
import { Wipe } from './settings/wipe.tsx';
import { Sharing } from './sharing/sharing.tsx';
import { Today } from './today/today.tsx';

export function OpenApp() {
  const [screen, part] = useRoute();
  switch (screen) {
    case 'kind':
      return part !== undefined && isKind(part) ? <KindScreen key={part} kind={part} /> : <Today />;
    case 'hour':
      return <LastHour />;
    case 'enter':
      return <Enter what={part} />;
    case 'sensors':
      return part === 'add' ? <AddSensor /> : <Sensors />;
    case 'background':
      return <BackgroundTruth />;
    case 'sharing':
      return <Sharing />;
    case 'settings':
      if (part === 'pin') return <ChangePin />;
      return part === 'wipe' ? <Wipe /> : <Settings />;
    default:
      return <Today />;
  }
}
