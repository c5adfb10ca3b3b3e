// The phone behind the screens. It lives outside React; a screen reads its state and asks it to act.
import { createContext, type ReactNode, useContext, useSyncExternalStore } from 'react';
import type { Phone, PhoneState } from '../phone/phone-state.ts';

const PhoneContext = createContext<Phone | undefined>(undefined);

export function PhoneProvider({ phone, children }: { readonly phone: Phone; readonly children: ReactNode }) {
  return <PhoneContext value={phone}>{children}</PhoneContext>;
}

export function usePhone(): Phone {
  const phone = useContext(PhoneContext);
  if (phone === undefined) throw new Error('expected a PhoneProvider around the screen');
  return phone;
}

export function usePhoneState(): PhoneState {
  const phone = usePhone();
  return useSyncExternalStore(
    (changed) => phone.subscribe(changed),
    () => phone.state,
  );
}
