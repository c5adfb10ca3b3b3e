// A long code as it was typed, in the groups of five that are printed: what the field itself cannot show at once, or does not
// space. For eyes that compare; a screen reader has the field.
import classes from './typed-groups.module.css';

const groupLength = 5;
const activationPrefix = 'VS1';

export function groupsOf(typed: string): string[] {
  const signs = typed.toUpperCase().replace(/[\s-]/g, '');
  const prefix = signs.startsWith(activationPrefix) ? [activationPrefix] : [];
  const rest = signs.slice(prefix.join('').length);
  const count = Math.ceil(rest.length / groupLength);
  return [...prefix, ...Array.from({ length: count }, (_, i) => rest.slice(i * groupLength, (i + 1) * groupLength))];
}

export function TypedGroups({ typed }: { readonly typed: string }) {
  const groups = groupsOf(typed);
  if (groups.length < 2) return null;
  return (
    <p className={classes.groups} dir="ltr" translate="no" aria-hidden="true">
      {groups.join(' ')}
    </p>
  );
}
