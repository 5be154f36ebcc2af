// What the page does where scripts run: sortable and filterable tables, explorable charts, links that open what they
// lead to. Everything is readable without it; no request leaves the page.
(() => {
  const all = (selector, root = document) => [...root.querySelectorAll(selector)];

  // Tables: a button in every heading sorts, a field above filters.
  const keyOf = cell => {
    if (cell === undefined) return null;
    const value = cell.dataset.value ?? '';
    if (value !== '') return Number(value);
    const text = cell.textContent.trim();
    return text === '–' || text === '' ? null : text;
  };
  const compare = (a, b) => {
    // What is missing comes last, whichever way the rest is sorted.
    if (a === null || b === null) return a === b ? 0 : a === null ? Infinity : -Infinity;
    if (typeof a === 'number' && typeof b === 'number') return a - b;
    return String(a).localeCompare(String(b), 'en', { numeric: true });
  };
  const sortBy = (table, column, direction) => {
    const rows = all('tbody tr', table).map((row, index) => ({ row, index, key: keyOf(row.cells[column]) }));
    rows.sort((a, b) => {
      const order = compare(a.key, b.key);
      return (Number.isFinite(order) ? order * direction : order) || a.index - b.index;
    });
    const bodies = all('tbody', table);
    for (const { row } of rows) bodies[0].append(row);
    for (const body of bodies.slice(1)) body.remove();
  };
  for (const table of all('table')) {
    const headings = all('thead tr:last-child th', table);
    const original = all('tbody', table).map(body => ({ body, rows: [...body.rows] }));
    const restore = () => {
      for (const { body } of original) table.append(body);
      for (const { body, rows } of original) body.append(...rows);
    };
    headings.forEach((heading, column) => {
      const button = document.createElement('button');
      button.type = 'button';
      button.className = 'sort';
      button.append(...heading.childNodes);
      heading.append(button);
      button.addEventListener('click', () => {
        const before = heading.getAttribute('aria-sort');
        for (const other of headings) other.removeAttribute('aria-sort');
        restore();
        if (before === 'descending') return;
        const direction = before === 'ascending' ? -1 : 1;
        heading.setAttribute('aria-sort', direction === 1 ? 'ascending' : 'descending');
        sortBy(table, column, direction);
      });
    });
    const rows = all('tbody tr', table);
    if (rows.length < 6) continue;
    const label = document.createElement('label');
    label.className = 'filter';
    const field = document.createElement('input');
    field.type = 'search';
    field.placeholder = 'all rows';
    const found = document.createElement('output');
    label.append('Filter ', field, ' ', found);
    (table.closest('.scroll') ?? table).before(label);
    field.addEventListener('input', () => {
      const words = field.value.toLowerCase().split(/\s+/).filter(Boolean);
      let shown = 0;
      for (const row of rows) {
        const text = row.textContent.toLowerCase();
        const fits = words.every(word => text.includes(word));
        row.hidden = !fits;
        if (fits) shown++;
      }
      found.textContent = words.length > 0 ? `${shown} of ${rows.length}` : '';
    });
  }

  // One page at a time: the answers, a workload, the environment. A link shows the page that its target lies in, and
  // opens what is folded around it.
  const pages = all('.page');
  const links = all('nav a[href^="#"]');
  const show = page => {
    for (const other of pages) other.classList.toggle('current', other === page);
    for (const link of links) {
      const target = document.getElementById(link.hash.slice(1));
      if (target !== null && page.contains(target)) link.setAttribute('aria-current', 'page');
      else link.removeAttribute('aria-current');
    }
  };
  const reveal = () => {
    const name = decodeURIComponent(location.hash.slice(1));
    const target = name === '' ? null : document.getElementById(name);
    if (pages.length > 0) show(target?.closest('.page') ?? pages[0]);
    if (target === null) return;
    for (let node = target; node; node = node.parentElement) if (node.tagName === 'DETAILS') node.open = true;
    // A page begins with its navigation, not with its heading at the very top.
    if (target.closest('nav, .page > h2, #answers') === null) target.scrollIntoView();
    else scrollTo(0, 0);
  };
  if (pages.length > 1) document.body.classList.add('paged');
  addEventListener('hashchange', reveal);
  reveal();
  // On paper nothing is folded.
  addEventListener('beforeprint', () => {
    for (const details of all('details:not([open])')) {
      details.dataset.folded = '';
      details.open = true;
    }
  });
  addEventListener('afterprint', () => {
    for (const details of all('details[data-folded]')) {
      delete details.dataset.folded;
      details.open = false;
    }
  });

  // Charts: drawn anew from their specs as they come into view, as large as the drawing that they replace.
  const linear =
    /^(width|height|fontSize|.+FontSize|lineHeight|.+LineHeight|.*[pP]adding|.*[oO]ffset|tickSize|legendX|legendY|.+Width|thickness|dx|dy|spacing|cornerRadius.*)$/;
  const scaled = (node, factor, key = '') => {
    if (typeof node === 'number') return linear.test(key) ? node * factor : node;
    if (Array.isArray(node)) return key === 'values' ? node : node.map(item => scaled(item, factor));
    if (node === null || typeof node !== 'object') return node;
    const copy = {};
    for (const [name, value] of Object.entries(node)) {
      if (name === 'data' || name === 'datasets' || name === 'scale') copy[name] = value;
      else if (name === 'size' && typeof value === 'number')
        copy[name] = value * (node.type === 'tick' ? factor : factor ** 2);
      else if (name === 'symbolSize') copy[name] = value * factor ** 2;
      else if ((name === 'x' || name === 'y') && typeof value === 'number') copy[name] = value * factor;
      else if ((name === 'x' || name === 'y' || name === 'x2' || name === 'y2') && typeof value?.value === 'number')
        copy[name] = { ...value, value: value.value * factor };
      else copy[name] = scaled(value, factor, name);
    }
    return copy;
  };
  const explore = async figure => {
    const spec = JSON.parse(document.getElementById(figure.dataset.spec).textContent);
    const drawing = figure.querySelector('.chart');
    const svg = drawing.querySelector('svg');
    // A little less than the drawing: the browser's letters are not all as wide as those that the drawing was laid out by.
    const factor = (0.98 * svg.getBoundingClientRect().width) / svg.viewBox.baseVal.width;
    const stage = document.createElement('div');
    stage.className = 'stage';
    if (drawing.tabIndex === 0) stage.tabIndex = 0;
    stage.setAttribute('role', 'img');
    stage.setAttribute('aria-label', svg.getAttribute('aria-label'));
    const mount = document.createElement('div');
    stage.append(mount);
    drawing.after(stage);
    try {
      await globalThis.vegaEmbed(mount, scaled(spec, factor), {
        ast: true,
        actions: false,
        renderer: 'svg',
        tooltip: { theme: 'light' },
      });
      figure.classList.add('live');
      // One picture with one name, like the drawing; Vega would name every mark.
      for (const node of [mount, ...all('[role]', mount)])
        for (const name of ['role', 'aria-roledescription', 'aria-label']) node.removeAttribute(name);
    } catch (error) {
      // The drawing stays; a chart that cannot be explored is still a chart.
      stage.remove();
      figure.dataset.failed = String(error);
    }
  };
  if (globalThis.vegaEmbed && globalThis.IntersectionObserver) {
    const seen = new IntersectionObserver(
      entries => {
        for (const { isIntersecting, target } of entries)
          if (isIntersecting) {
            seen.unobserve(target);
            explore(target);
          }
      },
      { rootMargin: '200px' },
    );
    for (const figure of all('figure[data-spec]')) seen.observe(figure);
  }
})();
