"""The demo bureau: people, real decisions as history, and made-up cases played through the real services."""
