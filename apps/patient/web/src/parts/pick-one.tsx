// One of a few, as the browser's own radio buttons: a mark and not only a colour shows which.
import { type ReactNode, useId } from 'react';
import classes from './pick-one.module.css';

interface PickOneProps<T extends string> {
  readonly legend: string;
  readonly value: T | undefined;
  readonly options: readonly { readonly value: T; readonly name: ReactNode; readonly lang?: string }[];
  readonly onPick: (value: T) => void;
  readonly hideLegend?: boolean;
}

export function PickOne<T extends string>({ legend, value, options, onPick, hideLegend = false }: PickOneProps<T>) {
  const name = useId();
  return (
    <fieldset className={classes.group}>
      <legend className={classes.legend} data-hidden={hideLegend}>
        {legend}
      </legend>
      {options.map((option) => (
        <label key={option.value} className={classes.option}>
          <input
            type="radio"
            name={name}
            value={option.value}
            checked={value === option.value}
            onChange={() => onPick(option.value)}
          />
          <span lang={option.lang}>{option.name}</span>
        </label>
      ))}
    </fieldset>
  );
}
