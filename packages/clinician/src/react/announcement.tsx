// Something said to a screen reader at once, and then gone: what is hidden from the eye must not outlive what is shown.
import { VisuallyHidden } from '@mantine/core';
import { useEffect, useState } from 'react';

const gone = 5000;

export function Announcement({ text }: { readonly text: string }) {
  const [said, setSaid] = useState('');
  useEffect(() => {
    setSaid(text);
    const timer = setTimeout(() => setSaid(''), gone);
    return () => clearTimeout(timer);
  }, [text]);
  return (
    <VisuallyHidden role="alert" aria-live="assertive">
      {said}
    </VisuallyHidden>
  );
}
