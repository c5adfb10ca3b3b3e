// That something did not work, in words first and with its code last.
import { reasonInWords } from './reasons.ts';
import classes from './sheet.module.css';

export function Failure({ title, code }: { readonly title: string; readonly code: string }) {
  return (
    <p className={classes.failure} role="alert">
      <strong>{title}</strong> {reasonInWords(code)} <span className={classes.code}>({code})</span>
    </p>
  );
}
