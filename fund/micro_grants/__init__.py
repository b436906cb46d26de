"""Small gifts without proof of need: asked for by anyone, drawn each week in public, remembered by nobody."""
