/** Style of a printed record: below `.record`, A4, one package from a page of its own on. */
export const recordStyle = `
.record { color: #1c1c1c; background: #fff; font: 14px/1.55 "Noto Sans SC", "Noto Sans CJK SC", "PingFang SC",
  "Microsoft YaHei", sans-serif; max-width: 180mm; margin: 0 auto; padding: 12mm 6mm; }
.record h1 { font-size: 22px; text-align: center; margin: 0 0 8mm; }
.record h2 { font-size: 15px; margin: 5mm 0 1.5mm; break-after: avoid; overflow-wrap: anywhere; }
.record p { margin: 0 0 2mm; overflow-wrap: anywhere; }
.record ul { margin: 0 0 2mm; padding-left: 5mm; overflow-wrap: anywhere; }
.record table { border-collapse: collapse; width: 100%; margin: 0 0 3mm; font-size: 12px; }
.record th, .record td { border: 1px solid #9a9a9a; padding: .7mm 2mm; text-align: left; vertical-align: top;
  overflow-wrap: anywhere; color: inherit; }
.record th { background: #f2f2f2; font-weight: 600; }
.record .facts th { width: 30mm; color: inherit; }
.record table:not(.facts) th, .record table:not(.facts) td:nth-child(-n + 3) { white-space: nowrap; }
.record .note { background: none; color: inherit; padding: 0; border-radius: 0; font-size: 12px; }
.record .verdict { border: 2px solid; padding: 2mm 3mm; font-weight: 600; }
.record .good { color: #17552f; }
.record .bad { color: #8f1414; }
.record .page { border: 0; border-top: 1px dashed #9a9a9a; margin: 10mm 0; }
@page { size: A4; margin: 11mm 13mm; }
@media print {
  .record { max-width: none; padding: 0; font-size: 8.8pt; line-height: 1.32; }
  .record h1 { font-size: 16pt; }
  .record h2 { font-size: 10.5pt; margin: 2.2mm 0 .6mm; }
  .record ul, .record p, .record table { margin-bottom: 1.2mm; }
  .record table { font-size: 8.4pt; }
  .record th, .record td { padding: .3mm 1.6mm; }
  .record .verdict { padding: 1mm 2mm; }
  .record .note { font-size: 7.2pt; line-height: 1.25; }
  .record tr { break-inside: avoid; }
  .record thead { display: table-header-group; }
  .record .page { break-after: page; border: 0; margin: 0; height: 0; }
}
`;
