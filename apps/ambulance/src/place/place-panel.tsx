// Where the patient is: map or grid, the coordinates to read out or copy, and a link that the device's own navigation
// opens.
import { Button } from '@mantine/core';
import { ageInWords } from '@vitalseal/clinician';
import { CheckIcon, CopyIcon, PinIcon } from '@vitalseal/clinician/react';
import type { Location } from '@vitalseal/protocol';
import { lazy, Suspense, useCallback, useState } from 'react';
import { coordinates, geoUri } from './geography.ts';
import { GridMap } from './grid-map.tsx';
import { useMapStyle } from './map-style.ts';
import classes from './place-panel.module.css';

const TileMap = lazy(() => import('./tile-map.tsx'));

interface PlacePanelProps {
  readonly location: Location | undefined;
  readonly now: number;
}

export function PlacePanel({ location, now }: PlacePanelProps) {
  if (location === undefined) {
    return (
      <section className={classes.unknown} aria-label="Place">
        <h2>Place not known</h2>
        <p>The patient’s device has sent no location. Ask the hospital.</p>
      </section>
    );
  }
  return (
    <section className={classes.panel} aria-label="Place">
      <PlaceMap location={location} />
      <div className={classes.facts}>
        <p className={classes.coordinates}>{coordinates(location)}</p>
        <p className={classes.fix}>
          within {Math.round(location.accuracyMetres)} m · located {ageInWords(now - location.at)} ago
        </p>
        <div className={classes.deeds}>
          <CopyButton text={coordinates(location)} />
          <Button
            component="a"
            href={geoUri(location)}
            className={classes.deed}
            variant="default"
            leftSection={<PinIcon size={20} />}
          >
            Open in maps
          </Button>
        </div>
      </div>
    </section>
  );
}

function PlaceMap({ location }: { readonly location: Location }) {
  const style = useMapStyle();
  const [failed, setFailed] = useState(false);
  const onFailure = useCallback(() => setFailed(true), []);
  const grid = <GridMap location={location} />;
  if (style === undefined || failed) return grid;
  return (
    <Suspense fallback={grid}>
      <TileMap location={location} style={style} onFailure={onFailure} />
    </Suspense>
  );
}

function CopyButton({ text }: { readonly text: string }) {
  const [copied, setCopied] = useState<'yes' | 'no'>();
  return (
    <Button
      className={classes.deed}
      variant="default"
      leftSection={copied === 'yes' ? <CheckIcon size={20} /> : <CopyIcon size={20} />}
      onClick={() => {
        navigator.clipboard.writeText(text).then(
          () => setCopied('yes'),
          () => setCopied('no'),
        );
      }}
    >
      <span aria-live="polite">{copied === 'yes' ? 'Copied' : copied === 'no' ? 'Not allowed here' : 'Copy'}</span>
    </Button>
  );
}
