import type { TopLevelSpec } from 'vega-lite';

type Json = Record<string, unknown>;

const isRecord = (value: unknown): value is Json =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** The views of a spec that draw marks: itself, or what it layers, concatenates or repeats, however deep. */
function unitsOf(spec: Json): Json[] {
  const parts = ['layer', 'hconcat', 'vconcat', 'concat'].flatMap(key => (Array.isArray(spec[key]) ? spec[key] : []));
  return parts.length > 0 ? parts.filter(isRecord).flatMap(unitsOf) : 'mark' in spec ? [spec] : [];
}

const encodingOf = (unit: Json): Json => (isRecord(unit.encoding) ? unit.encoding : {});
const markOf = (unit: Json): Json => (isRecord(unit.mark) ? unit.mark : { type: unit.mark });

const fieldOf = (channel: unknown): string | undefined =>
  isRecord(channel) && typeof channel.field === 'string' ? channel.field : undefined;

const isQuantitative = (channel: unknown): boolean => isRecord(channel) && channel.type === 'quantitative';

/** Marks that a pointer can hit; rules, bands and notes only explain them. */
const pointed = new Set(['bar', 'point', 'circle', 'square', 'rect', 'tick', 'arc']);

/** What a mark says of itself: all fields that place or colour it; y in the words of its axis where the rows have them. */
function tooltipOf(encoding: Json, said: boolean): Json[] {
  const seen = new Set<string>();
  return ['stroke', 'color', 'fill', 'y', 'x', 'x2', 'y2'].flatMap(channel => {
    const definition = encoding[channel];
    const field = fieldOf(definition);
    if (!isRecord(definition) || field === undefined || seen.has(field)) return [];
    seen.add(field);
    const axis = isRecord(definition.axis) ? definition.axis.title : undefined;
    const title = typeof axis === 'string' && axis !== '' ? axis : field;
    if (channel === 'y' && said) return [{ field: 'said', title, type: 'nominal' }];
    const numeric = isQuantitative(definition) || channel.endsWith('2');
    return [{ field, title, ...(numeric ? { type: 'quantitative', format: '.4~g' } : { type: 'nominal' }) }];
  });
}

/** Channels whose legend can be clicked; their field is that of the legend entries. */
const legendField = (unit: Json): string | undefined =>
  ['stroke', 'fill', 'color', 'shape']
    .map(channel => encodingOf(unit)[channel])
    .filter(channel => isRecord(channel) && channel.legend !== null && 'legend' in channel)
    .map(fieldOf)
    .find(field => field !== undefined);

/**
 * The spec of a chart on paper made explorable on a screen: every mark has a tooltip, a click on a legend entry singles
 * its series out (shift adds one, a double click shows all), and charts of two quantities zoom and pan with the wheel and
 * by dragging. What is drawn at first is the same.
 */
export function interactive(spec: TopLevelSpec): TopLevelSpec {
  const copy = structuredClone(spec) as unknown as Json;
  const units = unitsOf(copy);
  const rows = isRecord(copy.data) && Array.isArray(copy.data.values) ? copy.data.values : [];
  for (const unit of units) {
    const mark = markOf(unit);
    const said = unit.data === undefined && isRecord(rows[0]) && typeof rows[0].said === 'string';
    const encoding = encodingOf(unit);
    // The page names the picture as a whole; marks that name themselves would only be noise to a screen reader.
    unit.mark = { ...mark, aria: false };
    if (pointed.has(String(mark.type)) && encoding.tooltip === undefined) {
      const tooltip = tooltipOf(encoding, said);
      if (tooltip.length > 0) unit.encoding = { ...encoding, tooltip };
    }
  }
  if (Array.isArray(copy.layer)) explore(units);
  return copy as unknown as TopLevelSpec;
}

/** Legend filter and zoom, for layers that share one plot. */
function explore(units: readonly Json[]): void {
  // Legends of layers are merged into that of the first; only there its entries can be clicked.
  const chooser = units.find(unit => legendField(unit) !== undefined);
  const params: Json[] = [];
  const field = chooser && legendField(chooser);
  if (chooser && field !== undefined) {
    params.push({ name: 'chosen', select: { type: 'point', fields: [field] }, bind: 'legend' });
    const fields = [field, 'unlisted'];
    for (const unit of units) {
      const encoding = encodingOf(unit);
      const coloured = ['stroke', 'fill', 'color'].some(channel => fields.includes(fieldOf(encoding[channel]) ?? ''));
      if (!coloured || encoding.opacity !== undefined) continue;
      const { opacity = 1 } = markOf(unit);
      unit.encoding = { ...encoding, opacity: { condition: { param: 'chosen', value: opacity }, value: 0.06 } };
    }
  }
  const plotted = units.filter(unit => isQuantitative(encodingOf(unit).x) && isQuantitative(encodingOf(unit).y));
  const zoomed = plotted.find(unit => pointed.has(String(markOf(unit).type)));
  if (zoomed) {
    for (const unit of plotted) unit.mark = { ...markOf(unit), clip: true };
    (zoomed as { params?: Json[] }).params = [{ name: 'zoom', select: 'interval', bind: 'scales' }];
  }
  if (chooser && params.length > 0)
    (chooser as { params?: Json[] }).params = [...((chooser.params as Json[] | undefined) ?? []), ...params];
}
