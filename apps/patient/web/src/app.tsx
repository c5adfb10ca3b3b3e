// Which screens there are depends on the card: one that is new, closed, open, or that cannot be used.
import { Activation } from './screens/activation/activation.tsx';
import { Help } from './screens/help/help.tsx';
import { OpenApp } from './screens/open-app.tsx';
import { Elsewhere } from './screens/start/elsewhere.tsx';
import { Lost } from './screens/start/lost.tsx';
import { Opening } from './screens/start/opening.tsx';
import { Unusable } from './screens/start/unusable.tsx';
import { Blocked } from './screens/unlock/blocked.tsx';
import { Unlock } from './screens/unlock/unlock.tsx';
import { Frame } from './shell/frame.tsx';
import { usePhoneState } from './shell/phone-context.tsx';
import { useRoute } from './shell/route.ts';

/** @property activationCode of the link that was opened */
export function App({ activationCode }: { readonly activationCode?: string | undefined }) {
  const { card } = usePhoneState();
  const [screen] = useRoute();
  const isOpen = card.state === 'open';
  const withMenu = isOpen && screen !== 'help';
  return (
    <Frame withMenu={withMenu} withHelp={screen !== 'help'}>
      {screen === 'help' ? <Help /> : <Content activationCode={activationCode} />}
    </Frame>
  );
}

function Content({ activationCode }: { readonly activationCode: string | undefined }) {
  const { card } = usePhoneState();
  switch (card.state) {
    case 'opening':
      return <Opening />;
    case 'new':
    case 'activating':
      return <Activation code={activationCode} />;
    case 'locked':
      return <Unlock triesLeft={card.triesLeft} />;
    case 'blocked':
      return <Blocked />;
    case 'elsewhere':
      return <Elsewhere />;
    case 'unusable':
      return <Unusable code={card.code} />;
    case 'lost':
      return <Lost waiting={card.waiting} />;
    case 'open':
      return <OpenApp />;
  }
}
