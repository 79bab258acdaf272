"""Pure decisions of the register: no ORM, no clock."""
