// The hospital did not say how to come in: it is asked again by itself.
import { Button } from '@mantine/core';
import { useEffect } from 'react';
import { Failure } from './failure.tsx';
import classes from './sheet.module.css';
import { Sheet } from './sheet.tsx';

const againMs = 5000;

export function Unreachable({ code, onRetry }: { readonly code: string; readonly onRetry: () => void }) {
  useEffect(() => {
    const timer = setInterval(onRetry, againMs);
    return () => clearInterval(timer);
  }, [onRetry]);
  return (
    <Sheet title="Not reached">
      <div className={classes.form}>
        <Failure title="No alarm can arrive here." code={code} />
        <p>This page goes on asking every few seconds.</p>
        <Button variant="default" size="md" onClick={onRetry}>
          Ask again now
        </Button>
      </div>
    </Sheet>
  );
}
