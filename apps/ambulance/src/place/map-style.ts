// Whether there is a map. The page ships a style without a source; a hospital that runs a tile server puts its own style
// in its place. None is set by default: tiles fetched from a public service would tell it where a patient is.

import type { StyleSpecification } from 'maplibre-gl';
import { useEffect, useState } from 'react';

/** Undefined where there is no map, or not yet. */
export function useMapStyle(): StyleSpecification | undefined {
  const [style, setStyle] = useState<StyleSpecification>();
  useEffect(() => {
    const stop = new AbortController();
    fetch(`${import.meta.env.BASE_URL}map-style.json`, { signal: stop.signal, credentials: 'omit' })
      .then((response) => (response.ok ? response.json() : undefined))
      .then((found: StyleSpecification | undefined) => {
        if (found !== undefined && Object.keys(found.sources ?? {}).length > 0) setStyle(found);
      })
      .catch(() => {
        // Without a style the grid stays, which is the right answer to every failure.
      });
    return () => stop.abort();
  }, []);
  return style;
}
