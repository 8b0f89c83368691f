import { expect, test } from 'vitest';
import { replyDifference } from './reply-difference.ts';

const goods = {
  url: 'https://a.test/item/1',
  title: '商品',
  text: '纯棉四件套 全国最低价 月销三千件 '.repeat(20),
};

test('the same page is no other page, with another query or fragment neither', () => {
  expect(replyDifference(goods, goods)).toBeUndefined();
  expect(replyDifference(goods, { ...goods, url: 'https://a.test/item/1/?ts=2#top' })).toBeUndefined();
});

test('a changed price is the same page', () => {
  expect(replyDifference(goods, { ...goods, text: goods.text.replace('最低价', '特惠价') })).toBeUndefined();
});

test('another address is named', () => {
  const login = { url: 'https://login.a.test/', title: '登录', text: '' };
  expect(replyDifference(goods, login)).toBe('the reload ended at https://login.a.test/; it names “login”');
});

test('a captcha at the same address is told by its text', () => {
  const captcha = { ...goods, title: '验证', text: '请拖动滑块' };
  expect(replyDifference(goods, captcha)).toBe(
    'the reload kept 0 % of the text that was found; it names “验证”',
  );
});

test('a page with little text says nothing', () => {
  expect(replyDifference({ ...goods, text: 'short' }, { ...goods, text: '' })).toBeUndefined();
});

test.each(['about:blank', 'data:text/html,x', 'file:///a'])('%s can be compared', (url) => {
  expect(replyDifference({ ...goods, url }, { ...goods, url })).toBeUndefined();
});
