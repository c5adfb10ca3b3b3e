// The place without a tile server: a grid of coordinates around the patient, true to scale, with the circle of accuracy.
// It is drawn here and asks nobody, so that no map service learns where a patient lives.
import { ActionIcon } from '@mantine/core';
import { useElementSize } from '@mantine/hooks';
import type { Location } from '@vitalseal/protocol';
import { useState } from 'react';
import { metresPerDegreeOfLatitude, metresPerDegreeOfLongitude, multiples, roundStep } from './geography.ts';
import classes from './grid-map.module.css';

/** Metres from the middle to the nearer edge. */
const reaches = [50, 100, 200, 500, 1000, 2000, 5000, 10_000];
/** Pixels between the lines of the grid, at least. */
const leastSpacing = 90;

interface View {
  readonly width: number;
  readonly height: number;
  readonly pixelsPerMetre: number;
}

export function GridMap({ location }: { readonly location: Location }) {
  const { ref, width, height } = useElementSize();
  const fitting = reaches.findIndex((reach) => reach >= location.accuracyMetres * 2.2);
  const [level, setLevel] = useState(fitting < 0 ? reaches.length - 1 : fitting);
  const reach = reaches[level] ?? 100;
  const view: View = { width, height, pixelsPerMetre: Math.min(width, height) / 2 / reach };
  return (
    <div className={classes.map} ref={ref}>
      {width > 0 && height > 0 && <Drawing location={location} view={view} />}
      <div className={classes.zoom}>
        <ZoomButton label="Closer" sign="+" disabled={level === 0} onClick={() => setLevel(level - 1)} />
        <ZoomButton
          label="Further"
          sign="−"
          disabled={level === reaches.length - 1}
          onClick={() => setLevel(level + 1)}
        />
      </div>
    </div>
  );
}

interface ZoomButtonProps {
  readonly label: string;
  readonly sign: string;
  readonly disabled: boolean;
  readonly onClick: () => void;
}

function ZoomButton({ label, sign, disabled, onClick }: ZoomButtonProps) {
  return (
    <ActionIcon variant="default" className={classes.step} aria-label={label} disabled={disabled} onClick={onClick}>
      {sign}
    </ActionIcon>
  );
}

function Drawing({ location, view }: { readonly location: Location; readonly view: View }) {
  const { width, height, pixelsPerMetre } = view;
  const [x, y] = [width / 2, height / 2];
  return (
    <svg
      width={width}
      height={height}
      className={classes.drawing}
      role="img"
      aria-label="The patient’s place on a grid"
    >
      <Grid location={location} view={view} />
      <circle className={classes.accuracy} cx={x} cy={y} r={Math.max(4, location.accuracyMetres * pixelsPerMetre)} />
      <path className={classes.cross} d={`M${x - 18} ${y}h36M${x} ${y - 18}v36`} />
      <circle className={classes.patient} cx={x} cy={y} r="8" />
      <Scale view={view} />
      <path className={classes.north} d={`M${width - 28} 48v-30m-7 10l7-10 7 10`} />
      <text className={classes.northLetter} x={width - 28} y="66">
        N
      </text>
    </svg>
  );
}

function Grid({ location, view }: { readonly location: Location; readonly view: View }) {
  const { latitude, longitude } = location;
  const { width, height, pixelsPerMetre } = view;
  const perLatitude = metresPerDegreeOfLatitude * pixelsPerMetre;
  const perLongitude = metresPerDegreeOfLongitude(latitude) * pixelsPerMetre;
  const latitudeStep = roundStep(leastSpacing / perLatitude);
  const longitudeStep = roundStep(leastSpacing / perLongitude);
  const [tall, wide] = [height / 2 / perLatitude, width / 2 / perLongitude];
  return (
    <g>
      {multiples(latitude - tall, latitude + tall, latitudeStep).map((line) => {
        const y = height / 2 - (line - latitude) * perLatitude;
        return (
          <g key={line}>
            <path className={classes.line} d={`M0 ${y}H${width}`} />
            <text className={classes.label} x="8" y={y - 5}>
              {degrees(line, latitudeStep)} {line < 0 ? 'S' : 'N'}
            </text>
          </g>
        );
      })}
      {multiples(longitude - wide, longitude + wide, longitudeStep).map((line) => {
        const x = width / 2 + (line - longitude) * perLongitude;
        return (
          <g key={line}>
            <path className={classes.line} d={`M${x} 0V${height}`} />
            <text className={classes.label} x={x + 5} y={height - 8}>
              {degrees(line, longitudeStep)} {line < 0 ? 'W' : 'E'}
            </text>
          </g>
        );
      })}
    </g>
  );
}

function degrees(line: number, step: number): string {
  return `${Math.abs(line).toFixed(Math.max(0, Math.ceil(-Math.log10(step))))}°`;
}

function Scale({ view: { width, pixelsPerMetre } }: { readonly view: View }) {
  const metres = roundStep(width / 6 / pixelsPerMetre);
  const length = metres * pixelsPerMetre;
  return (
    <g>
      <rect className={classes.scaleGround} width={length + 96} height="40" />
      <path className={classes.scale} d={`M16 18v9h${length}v-9`} />
      <text className={classes.scaleText} x={24 + length} y="29">
        {metres >= 1000 ? `${metres / 1000} km` : `${metres} m`}
      </text>
    </g>
  );
}
