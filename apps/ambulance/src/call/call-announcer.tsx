// Says a new call to a screen reader, once.
import { Announcement, useWard } from '@vitalseal/clinician/react';
import { useEffect, useRef, useState } from 'react';

export function CallAnnouncer() {
  const { dispatches } = useWard();
  const said = useRef(new Set<string>());
  const [text, setText] = useState('');
  useEffect(() => {
    const fresh = [...dispatches.values()].filter(({ id, state }) => state === 'offered' && !said.current.has(id));
    if (fresh.length === 0) return;
    for (const { id } of fresh) said.current.add(id);
    setText(fresh.map(({ name, reasons }) => `New call: ${name}. ${reasons.join(', ')}`).join('. '));
  }, [dispatches]);
  return <Announcement text={text} />;
}
