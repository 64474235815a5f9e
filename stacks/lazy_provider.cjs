// Loaded into the Node.js that jsii runs. The provider's index requires all of its 2,100 modules, which takes two
// seconds, and we use thirty of them: here each is required when something of it is first asked for.
"use strict";

const { Module } = require("node:module");

const PROVIDER_INDEX = /provider-aws[\\/]lib[\\/]index\.js$/;
const requireNow = Module.prototype.require;

Module.prototype.require = function (id) {
  if (!PROVIDER_INDEX.test(this.filename ?? "") || !id.startsWith("./")) {
    return requireNow.call(this, id);
  }
  return new Proxy({}, { get: (_, name) => requireNow.call(this, id)[name] });
};
