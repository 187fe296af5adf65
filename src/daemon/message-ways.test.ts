import assert from 'node:assert/strict'
import { test } from 'node:test'
import { isNear } from './message-ways.ts'

const NEAR = [
  '127.0.0.1',
  '10.0.0.5',
  '172.16.0.1',
  '172.31.255.1',
  '192.168.1.1',
  '100.64.0.1',
  '[::1]',
  '[fd00:10::1]',
  '[fe80::1]',
  'localhost',
  'gotify',
  'ntfy.lan',
  'ntfy.home.arpa',
  'Push.Internal',
]

const FAR = [
  '1.1.1.1',
  '172.32.0.1',
  '100.128.0.1',
  '[2001:db8::1]',
  'ntfy.sh',
  'lan.example.org',
  '203.0.113.10',
]

for (const host of NEAR) test(`${host} is asked for as the box does`, () => assert.ok(isNear(host)))
for (const host of FAR) test(`${host} is asked for over a line`, () => assert.ok(!isNear(host)))
