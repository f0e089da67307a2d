import { describe, expect, it } from 'vitest';
import { parseRemoteName } from './read-name.ts';

describe('parseRemoteName', () => {
  it.each([
    ['openai:gpt-4o-mini', 'openai', 'gpt-4o-mini', 'https://api.openai.com/v1'],
    ['zhipu:glm-4.7-flash', 'zhipu', 'glm-4.7-flash', 'https://open.bigmodel.cn/api/paas/v4'],
    ['ZAI:glm-5', 'zai', 'glm-5', 'https://api.z.ai/api/paas/v4'],
    ['deepseek:deepseek-chat', 'deepseek', 'deepseek-chat', 'https://api.deepseek.com'],
    ['dashscope:qwen-plus', 'dashscope', 'qwen-plus', 'https://dashscope.aliyuncs.com/compatible-mode/v1'],
    ['ollama:qwen2.5:0.5b', 'ollama', 'qwen2.5:0.5b', 'http://127.0.0.1:11434'],
    ['vllm:Qwen/Qwen2.5-7B-Instruct', 'vllm', 'Qwen/Qwen2.5-7B-Instruct', 'http://127.0.0.1:8000/v1'],
    ['vllm:', 'vllm', undefined, 'http://127.0.0.1:8000/v1'],
    ['llama-server:', 'llama-server', undefined, 'http://127.0.0.1:8080/v1'],
    ['vllm:http://gpu-box:8000#Qwen/Qwen2.5-7B', 'vllm', 'Qwen/Qwen2.5-7B', 'http://gpu-box:8000/v1'],
    ['ollama:http://box:11434/v1/#a:b', 'ollama', 'a:b', 'http://box:11434'],
    ['http://localhost:1234/v1#my-model', 'compatible', 'my-model', 'http://localhost:1234/v1'],
    ['http://localhost:1234', 'compatible', undefined, 'http://localhost:1234/v1'],
    ['https://x.example/openai/v1/chat/completions?api-version=1#m%20x', 'compatible', 'm x', 'https://x.example/openai/v1?api-version=1'],
    ['http://0.0.0.0:8000/v1#m', 'compatible', 'm', 'http://127.0.0.1:8000/v1'],
    ['http://localhost:11434/v1#m', 'ollama', 'm', 'http://localhost:11434'],
    ['https://open.bigmodel.cn/api/coding/paas/v4#glm-5', 'zhipu', 'glm-5', 'https://open.bigmodel.cn/api/coding/paas/v4'],
    ['https://dashscope-intl.aliyuncs.com/compatible-mode/v1#qwen-max', 'dashscope', 'qwen-max', 'https://dashscope-intl.aliyuncs.com/compatible-mode/v1'],
    ['https://evilapi.openai.com.example/v1#m', 'compatible', 'm', 'https://evilapi.openai.com.example/v1'],
  ])('reads %s', (name, provider, model, baseUrl) => {
    expect(parseRemoteName(name, {})).toEqual({ provider, model, baseUrl });
  });

  it.each(['small', 'qwen2.5-coder-0.5b-instruct', './model.gguf', 'C:\\models\\a.gguf', 'hf:org/name', 'compatible:x', '', ':', 'constructor:x'])('leaves %j to others', (name) => {
    expect(parseRemoteName(name, {})).toBeUndefined();
  });

  it.each([
    ['OLLAMA_HOST', 'ollama:m', '0.0.0.0', 'http://127.0.0.1:11434'],
    ['OLLAMA_HOST', 'ollama:m', '0.0.0.0:8080', 'http://127.0.0.1:8080'],
    ['OLLAMA_HOST', 'ollama:m', ':9000', 'http://127.0.0.1:9000'],
    ['OLLAMA_HOST', 'ollama:m', 'https://ollama.example/', 'https://ollama.example'],
    ['OPENAI_BASE_URL', 'openai:m', 'http://localhost:9/v1/', 'http://localhost:9/v1'],
    ['VLLM_BASE_URL', 'vllm:m', 'http://gpu:8000', 'http://gpu:8000/v1'],
    ['OPENAI_BASE_URL', 'openai:m', '  ', 'https://api.openai.com/v1'],
  ])('takes the address from %s', (variable, name, value, baseUrl) => {
    expect(parseRemoteName(name, { [variable]: value })?.baseUrl).toBe(baseUrl);
  });

  it('refuses an address that is none, and shows no password', () => {
    expect(() => parseRemoteName('openai:m', { OPENAI_BASE_URL: 'ftp://x' })).toThrow(/OPENAI_BASE_URL is "ftp:\/\/x"/);
    expect(() => parseRemoteName('http://')).toThrow(/no http or https address/);
    expect(() => parseRemoteName('http://me:hunter2@host/v1#m')).toThrow(/^(?!.*hunter2).*password/);
    expect(() => parseRemoteName('http://me:hunter2@[bad/v1#m')).toThrow(/^(?!.*hunter2)/);
  });
});
