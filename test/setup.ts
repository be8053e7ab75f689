// Colours are decided once, before chalk loads: tests see plain text unless they ask for more.
process.env.FORCE_COLOR = '0';
