// The place on a map, where the hospital gave a style of its own tile server. Loaded only then: MapLibre is larger than
// the rest of the page.
import type { Location } from '@vitalseal/protocol';
import { Map as MapLibreMap, Marker, NavigationControl, type StyleSpecification } from 'maplibre-gl';
import { useEffect, useRef } from 'react';
import 'maplibre-gl/dist/maplibre-gl.css';
import { metresPerDegreeOfLatitude, metresPerDegreeOfLongitude } from './geography.ts';
import './map-worker.ts';
import classes from './tile-map.module.css';

interface TileMapProps {
  readonly location: Location;
  readonly style: StyleSpecification;
  /** WebGL is missing, or the style is none. */
  readonly onFailure: () => void;
}

const closest = 17;
const circleSource = 'accuracy';

export default function TileMap({ location, style, onFailure }: TileMapProps) {
  const host = useRef<HTMLDivElement>(null);
  const { latitude, longitude, accuracyMetres } = location;
  useEffect(() => {
    if (host.current === null) return;
    let map: MapLibreMap;
    try {
      map = new MapLibreMap({ container: host.current, style, center: [longitude, latitude], zoom: 15, maxZoom: 19 });
    } catch {
      onFailure();
      return;
    }
    map.addControl(new NavigationControl({ showCompass: false }), 'bottom-right');
    const marker = new Marker({ color: '#c1121f' }).setLngLat([longitude, latitude]).addTo(map);
    map.on('load', () => {
      map.addSource(circleSource, { type: 'geojson', data: circle(latitude, longitude, accuracyMetres) });
      map.addLayer({
        id: circleSource,
        type: 'fill',
        source: circleSource,
        paint: { 'fill-color': '#0d5c73', 'fill-opacity': 0.2, 'fill-outline-color': '#0d5c73' },
      });
      map.fitBounds(bounds(latitude, longitude, Math.max(accuracyMetres, 60)), {
        padding: 60,
        maxZoom: closest,
        animate: false,
      });
    });
    return () => {
      marker.remove();
      map.remove();
    };
  }, [latitude, longitude, accuracyMetres, style, onFailure]);
  return <div ref={host} className={classes.map} />;
}

function offset(latitude: number, longitude: number, east: number, north: number): [number, number] {
  return [longitude + east / metresPerDegreeOfLongitude(latitude), latitude + north / metresPerDegreeOfLatitude];
}

function bounds(latitude: number, longitude: number, metres: number): [[number, number], [number, number]] {
  return [offset(latitude, longitude, -metres, -metres), offset(latitude, longitude, metres, metres)];
}

function circle(latitude: number, longitude: number, metres: number) {
  const ring: [number, number][] = Array.from({ length: 65 }, (_, i) => {
    const angle = (i / 64) * 2 * Math.PI;
    return offset(latitude, longitude, metres * Math.cos(angle), metres * Math.sin(angle));
  });
  return { type: 'Feature', properties: {}, geometry: { type: 'Polygon', coordinates: [ring] } } as const;
}
