// What browsers of 2020 lack of what our scripts use; a browser that has it keeps its own. Workers
// and the theme do without. Each name here is used by a script; add one when a script uses more.
(() => {
  "use strict";
  const add = (owner, name, value) => {
    if (!(name in owner)) Object.defineProperty(owner, name, { value, writable: true, configurable: true });
  };

  function at(place) {
    const whole = Math.trunc(place) || 0;
    return this[whole < 0 ? this.length + whole : whole];
  }
  add(Array.prototype, "at", at);
  add(String.prototype, "at", at);

  add(Array.prototype, "findLast", function findLast(fits, self) {
    for (let place = this.length - 1; place >= 0; place -= 1) {
      if (fits.call(self, this[place], place, this)) return this[place];
    }
    return undefined;
  });
})();
