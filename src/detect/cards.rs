// The list is checked against the folder by tests/house.rs.
cards![];
