import type { RecordBlock } from '#shared/verify/record/record-block';

/** A printable record; the same blocks `recordHtml` writes. Its style is `recordStyle`. */
export function RecordDocument({ blocks }: { blocks: readonly RecordBlock[] }) {
  return (
    <div class="record" lang="zh-CN">
      {blocks.map((block, index) => (
        <Block key={`${index} ${block.type}`} block={block} />
      ))}
    </div>
  );
}

function Block({ block }: { block: RecordBlock }) {
  switch (block.type) {
    case 'title':
      return <h1>{block.text}</h1>;
    case 'heading':
      return <h2>{block.text}</h2>;
    case 'verdict':
      return <p class={`verdict ${block.good ? 'good' : 'bad'}`}>{block.text}</p>;
    case 'paragraph':
      return <p>{block.text}</p>;
    case 'note':
      return <p class="note">{block.text}</p>;
    case 'list':
      return (
        <ul>
          {block.items.map((item) => (
            <li key={item}>{item}</li>
          ))}
        </ul>
      );
    case 'facts':
      return (
        <table class="facts">
          <tbody>
            {block.rows.map(([label, value], index) => (
              <tr key={`${index} ${label}`}>
                <th scope="row">{label}</th>
                <td>{value}</td>
              </tr>
            ))}
          </tbody>
        </table>
      );
    case 'table':
      return <Table head={block.head} rows={block.rows} />;
    case 'page':
      return <hr class="page" />;
  }
}

function Table({ head, rows }: { head: readonly string[]; rows: readonly (readonly string[])[] }) {
  return (
    <table>
      <thead>
        <tr>
          {head.map((text) => (
            <th key={text}>{text}</th>
          ))}
        </tr>
      </thead>
      <tbody>
        {rows.map((cells, row) => (
          <tr key={`${row} ${cells[0]}`}>
            {cells.map((text, cell) => (
              <td key={`${cell} ${text}`}>{text}</td>
            ))}
          </tr>
        ))}
      </tbody>
    </table>
  );
}
