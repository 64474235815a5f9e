"""How fast the parts are, as ratios of measurements in one run: seconds alone say more of the machine."""
