import time
from screens import opened
async def test_a(sample, world):
    for i in range(4):
        t=time.time()
        async with opened(sample, world) as r:
            print("open", time.time()-t)
            t=time.time(); await r.press("j"); print("press", time.time()-t)
            t=time.time(); await r.press("j"); print("press", time.time()-t)
            t=time.time(); await r.type("machine"); print("type", time.time()-t)
            t=time.time(); await r.press("S"); print("S", time.time()-t)
            print(r.text()); t=time.time()
        print("close", time.time()-t)
