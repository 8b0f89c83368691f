import { expect, test } from 'vitest';
import { pricesIn } from './prices-in.ts';

test.each([
  [['¥1,299.00'], ['1299.00']],
  [
    ['￥ 8', '原价 12.5元'],
    ['8.00', '12.50'],
  ],
  [['到手价', '¥', '1299', '.90'], ['1299.90']],
  [['RMB 20', '20 元', 'CNY 20.0'], ['20.00']],
  [['已售 3000 件', '2026-11-29', '13800000000'], []],
  [['1.2.3元'], []],
  [['共 100圆'], ['100.00']],
  [[], []],
])('%j holds %j', (lines, prices) => {
  expect(pricesIn(lines)).toEqual(prices);
});
